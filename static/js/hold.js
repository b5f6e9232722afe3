// The hold's clock: [data-until=ms] counts down by the server's time; the [data-speak] beside it speaks at 5, 2 and 1 minutes;
// [data-more-time] is shown for the last two minutes; at the end the page is asked again, for only the server knows what became of the hold.
import { everySecond } from "./clock.js";

if (location.search) history.replaceState(null, "", location.pathname);

const clock = document.querySelector("[data-until]");
if (clock) {
  const until = Number(clock.dataset.until);
  const voice = document.querySelector("[data-speak]");
  const banner = document.querySelector("[data-more-time]");
  let before = Infinity;
  everySecond((now) => {
    const left = Math.max(0, Math.ceil((until - now) / 1000));
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (banner) banner.hidden = left > 120 || left === 0;
    const minute = [5, 2, 1].find((n) => before > n * 60 && left <= n * 60 && left > (n - 1) * 60);
    if (minute && before !== Infinity) speak(voice, minute);
    if (left === 0) {
      if (voice) voice.textContent = voice.dataset.speakOver;
      if (before !== Infinity) setTimeout(lookAgain, 1500);
      return false;
    }
    before = left;
    return true;
  });
}

// A page that answers a form can't be asked again without sending the form again: it names the page to go to, [data-after-time=url].
function lookAgain() {
  const after = document.querySelector("[data-after-time]");
  after ? location.assign(after.dataset.afterTime) : location.reload();
}

function speak(voice, minutes) {
  if (voice) voice.textContent = minutes === 1 ? voice.dataset.speakOne : voice.dataset.speak.replace("{}", minutes);
}
