/** What changes state: stop the run, pull the kill switch. Both ask for the token, which is forgotten with the page. */
import type { EngineView } from '../../live/snapshot.js';
import { byId, setText } from './elements.js';

interface Action {
  readonly path: string;
  readonly title: string;
  readonly confirm: string;
  readonly text: (engine: EngineView) => string;
}

const ABORT: Action = {
  path: '/api/abort',
  title: 'Stop this run?',
  confirm: 'Stop run',
  text: ({ runId }) => `Run ${runId} ends now, as if it had been interrupted. What it recorded stays.`,
};

const KILL: Action = {
  path: '/api/kill',
  title: 'Pull the kill switch?',
  confirm: 'Pull kill switch',
  text: ({ runId }) => `From this moment no new order of run ${runId} passes the risk gate, and what is open is cancelled. Only hopscope kill --arm takes it back.`,
};

/** @returns to be told which engine is shown; null: none */
export function actionButtons(): (engine: EngineView | null) => void {
  const [abort, kill] = [button('abort'), button('kill')];
  const ask = tokenDialog();
  let shown: EngineView | null = null;
  for (const [pressed, action] of [[abort, ABORT], [kill, KILL]] as const) {
    pressed.addEventListener('click', () => {
      if (shown !== null) ask(action, shown);
    });
  }
  return (engine) => {
    shown = engine;
    abort.disabled = engine === null || engine.phase === 'ended';
    kill.disabled = abort.disabled || engine?.killed === true;
    setText(kill, engine?.killed === true ? 'Kill switch pulled' : 'Kill switch');
  };
}

function tokenDialog(): (action: Action, engine: EngineView) => void {
  const dialog = byId('ask');
  const [input, confirm, answer] = [byId('token'), button('ask-confirm'), byId('ask-answer')];
  if (!(dialog instanceof HTMLDialogElement) || !(input instanceof HTMLInputElement)) throw new Error('the page has no #ask');
  let asked: { readonly action: Action; readonly engine: EngineView } | null = null;

  byId('ask-cancel').addEventListener('click', () => dialog.close());
  byId('ask-form').addEventListener('submit', (event) => {
    event.preventDefault();
    if (asked === null || confirm.disabled) return;
    const { action, engine } = asked;
    confirm.disabled = true;
    void post(action, engine, input.value).then(({ ok, text }) => {
      confirm.disabled = ok;
      answer.className = ok ? 'ok' : '';
      setText(answer, text);
    });
  });
  return (action, engine) => {
    asked = { action, engine };
    setText(byId('ask-title'), action.title);
    setText(byId('ask-text'), action.text(engine));
    setText(confirm, action.confirm);
    setText(answer, '');
    confirm.className = action === KILL ? 'grave' : '';
    confirm.disabled = false;
    dialog.showModal();
    input.focus();
  };
}

async function post(action: Action, engine: EngineView, token: string): Promise<{ readonly ok: boolean; readonly text: string }> {
  try {
    const response = await fetch(action.path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.trim()}`, 'content-type': 'application/json' },
      body: JSON.stringify({ run_id: engine.runId }),
    });
    const { done, error } = (await response.json()) as { readonly done?: string; readonly error?: string };
    return response.ok ? { ok: true, text: done ?? 'done' } : { ok: false, text: response.status === 401 ? 'The token is wrong.' : (error ?? `answer ${response.status}`) };
  } catch (error) {
    return { ok: false, text: `The collector did not answer: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function button(id: string): HTMLButtonElement {
  const found = byId(id);
  if (!(found instanceof HTMLButtonElement)) throw new Error(`the page has no button #${id}`);
  return found;
}
