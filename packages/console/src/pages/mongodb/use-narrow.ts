// Whether there is room for two parts side by side.
import { useEffect, useState } from 'preact/hooks';

/** As in `styles/layout.css`. */
const NARROW = '(max-width: 700px)';

/** True where the window is too narrow for that; follows the window. */
export function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const follow = () => setNarrow(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return isNarrow;
}
