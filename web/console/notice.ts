// What has just happened, in words that are seen for a moment and read out.

let going = 0;

export function say(text: string, mood: 'good' | 'bad' = 'good'): void {
  const toast = document.querySelector<HTMLElement>('[data-toast]');
  if (!toast) return;
  clearTimeout(going);
  toast.textContent = text;
  toast.dataset.mood = mood;
  going = window.setTimeout(() => {
    toast.textContent = '';
  }, 6000);
}

// attempt does something, and says what went wrong if something does.
export async function attempt(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), 'bad');
  }
}
