/** Locks after 15 minutes without input; says so a minute before. Also after a laptop has slept. */

const LOCK_AFTER = 15 * 60 * 1000;
const WARN_AFTER = 14 * 60 * 1000;
const INPUT = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart", "scroll"];

/**
 * Watches from now on. onTick({minutes: left, rounded up, warns}) every second, onLock() once.
 * -> a function that ends it
 */
export function idleWatch({ onTick, onLock }) {
  let last = Date.now();
  const touch = () => {
    if (Date.now() - last < LOCK_AFTER) last = Date.now();
  };
  const tick = () => {
    const idle = Date.now() - last;
    if (idle >= LOCK_AFTER) {
      end();
      onLock();
    } else {
      onTick({ minutes: Math.ceil((LOCK_AFTER - idle) / 60000), warns: idle >= WARN_AFTER });
    }
  };
  const timer = setInterval(tick, 1000);
  for (const name of INPUT) window.addEventListener(name, touch, { capture: true, passive: true });
  document.addEventListener("visibilitychange", tick);

  function end() {
    clearInterval(timer);
    for (const name of INPUT) window.removeEventListener(name, touch, { capture: true });
    document.removeEventListener("visibilitychange", tick);
  }
  return end;
}
