// The drop page: the countdown, the live numbers, and what is yours.
import "./countdown.js";
import "./live.js";
import "./me.js";
