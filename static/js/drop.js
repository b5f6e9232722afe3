// The drop page: the countdown, the live numbers, what is yours, and how large the pin is.
import "./countdown.js";
import "./live.js";
import "./me.js";
import "./size.js";
