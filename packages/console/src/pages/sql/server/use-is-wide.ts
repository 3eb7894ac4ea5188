// Whether the screen has room for the tables beside the editor.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

const WIDE = '(min-width: 1000px)';

/** Follows the width of the window. */
export function useIsWide(): boolean {
  const isWide = useSignal(matchMedia(WIDE).matches);
  useEffect(() => {
    const query = matchMedia(WIDE);
    const listen = () => {
      isWide.value = query.matches;
    };
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, [isWide]);
  return isWide.value;
}
