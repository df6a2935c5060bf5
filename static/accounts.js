// @ts-check
// Enhancements of the account pages: show a password, select and copy a link. The forms work without them.

for (const button of document.querySelectorAll('[data-shows]')) {
  const input = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.shows));
  button.hidden = false;
  button.addEventListener('click', () => {
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
  });
  // A password sent while it is shown would be saved in the browser's form history.
  input.form?.addEventListener('submit', () => { input.type = 'password'; });
}

for (const input of document.querySelectorAll('input[data-selects]')) {
  input.addEventListener('focus', () => input.select());
}

for (const button of document.querySelectorAll('[data-copies]')) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const input = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copies));
    try {
      await navigator.clipboard.writeText(input.value);
      const status = button.parentElement?.querySelector('[role=status]');
      if (status) status.textContent = button.dataset.done;
    } catch {
      input.focus(); // the browser denies access to the clipboard: the link stays selected, to be copied by hand
    }
  });
}
