// What the page does by itself: read a dispatch, copy, switch the language, say the answer aloud, and put
// right what gradio's own markup tells a screen reader.
// Runs once, with gradio's `element` (the dialog's component), `server` (its Python functions) and `trigger`.

const dialog = element.querySelector('dialog');
const words = JSON.parse(element.querySelector('[data-words]').dataset.words)[document.documentElement.lang];
document.title = words.title;

const say = (text) => {
  const live = document.getElementById('qa-live');
  if (live) live.textContent = text;
};

// Copying needs a secure page; the chat of a newsroom's server may not be one.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

async function copyFrom(button, text) {
  const label = button.dataset.label ?? (button.dataset.label = button.textContent);
  button.textContent = (await copy(text)) ? words.copied : words.not_copied;
  button.focus();
  say(button.textContent);
  setTimeout(() => { button.textContent = label; }, 2000);
}

function save(file) {
  const link = document.createElement('a');
  link.href = `data:${file.type};base64,${file.data}`;
  link.download = file.name;
  link.click();
}

async function read(button) {
  const { dispatch, start, end } = button.dataset;
  dialog.innerHTML = await server.read([dispatch, Number(start), Number(end)]);
  dialog.setAttribute('aria-label', dialog.querySelector('h2').textContent);
  if (!dialog.open) dialog.showModal();
  const place = dialog.querySelector('#qa-place');
  (dialog.querySelector('[data-close]')).focus();
  if (place) place.scrollIntoView({ block: 'center' });
}

const actions = {
  dispatch: read,
  copy: (button) => copyFrom(button, button.dataset.copy),
  link: (button) => copyFrom(button, new URL(button.dataset.link, location.origin + location.pathname).href),
  remove: (button) => {
    if (confirm(button.dataset.confirm)) trigger('removed', { dispatch: button.dataset.remove });
  },
  export: async (button) => save(await server.export([sessionStorage.qaTalk, button.dataset.export])),
  questions: async () => save(await server.questions([])),
  judge: async (button) => {
    const box = button.closest('.qa-judge');
    const more = box.querySelector('.qa-right');
    const [better, none] = more.querySelectorAll('input');
    const verdict = button.dataset.judge;
    const turn = button.closest('.qa-reply').dataset.turn;
    const said = await server.judge([sessionStorage.qaTalk, turn, verdict, better.value, none.checked]);
    box.querySelectorAll('[aria-pressed]').forEach((b) => b.setAttribute('aria-pressed', b.dataset.judge === verdict));
    box.querySelector('.qa-judged').textContent = said;
    say(said);
    more.hidden = verdict === 'right' || 'save' in button.dataset;
    if (!more.hidden) better.focus();
  },
  edit: (button) => {
    const box = document.querySelector('#qa-question textarea');
    box.value = button.dataset.edit;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.focus();
  },
  typed: (button) => trigger('typed', { value: { text: button.dataset.typed } }),
  close: () => dialog.close(),
  lang: (button) => {
    document.cookie = `qa-lang=${button.dataset.lang}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  },
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button) return;
  for (const [name, act] of Object.entries(actions)) {
    if (name in button.dataset) return act(button);
  }
});
// A click beside the dialog closes it; Escape does so by itself, and the browser gives the focus back.
dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });

window.qa = {
  // Gradio labels each message with its own source: a screen reader would read out tags. Its log would read
  // out the whole card: what is new is said in a line of its own. Its list of examples has buttons for items.
  tidy() {
    document.querySelectorAll('#qa-thread .examples[role=list]').forEach((e) => e.removeAttribute('role'));
    document.querySelectorAll('#qa-thread [aria-label]').forEach((e) => {
      if (e.matches('[role=log]')) {
        e.setAttribute('aria-live', 'off');
        e.setAttribute('aria-label', words.conversation);
      } else if (!e.matches('.icon-button') && !e.closest('.qa-reply')) e.removeAttribute('aria-label');
    });
  },

  // After a reply the question goes to the top of the window, so that reading starts at the answer.
  showLast() {
    window.qa.tidy();
    const last = (selector) => Array.from(document.querySelectorAll(selector)).pop();
    const reply = last('.qa-reply[data-say]');
    if (reply) say(reply.dataset.say);
    last('.qa-question')?.scrollIntoView({ block: 'start' });
  },
};
