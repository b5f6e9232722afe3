-- wrk's script: each connection in turn sends the next of the prepared requests.
-- wrk … URL -- FILE [once] [watch]: `once` counts what is asked for beyond the last, `watch` notes when each refusal came.
local ffi = require("ffi")
ffi.cdef("typedef struct { long sec; long usec; } moment; int gettimeofday(moment *at, void *zone);")
local moment = ffi.new("moment")
local prepared, place, once, threads = {}, 0, false, {}
beyond, refusals = 0, {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for length in file:lines() do
    table.insert(prepared, file:read(tonumber(length)))
  end
  file:close()
  for place = 2, #args do
    once = once or args[place] == "once"
    if args[place] == "watch" then
      response = note
    end
  end
end

function request()
  place = place + 1
  if place > #prepared then
    place = 1
    beyond = beyond + (once and 1 or 0)
  end
  return prepared[place]
end

function note(status)
  if status == 409 then
    ffi.C.gettimeofday(moment, nil)
    table.insert(refusals, tonumber(moment.sec) + tonumber(moment.usec) / 1e6)
  end
end

function done(summary, latency)
  local errors, over, times = summary.errors, 0, {}
  for _, thread in ipairs(threads) do
    over = over + thread:get("beyond")
    for _, at in ipairs(thread:get("refusals")) do
      table.insert(times, string.format("%.6f", at))
    end
  end
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"beyond":%d,"p50_ms":%.3f,"p99_ms":%.3f,"refusals":[%s]}\n',
    summary.requests, summary.duration / 1e6, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, over,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, table.concat(times, ",")))
end
