// A component's effects run when it has been drawn into the page, and not behind the browser's next paint: what they set is seen with
// it, and a key that is pressed at once finds the focus where it belongs. Effects of signals that run again do so before the drawing
// that the same change asks for. Import it before anything is drawn.
import { options } from 'preact';

options.requestAnimationFrame = (run) => queueMicrotask(run);
