/** What must stay zero, and what took the engine's time away. */
import type { EngineView } from '../../live/snapshot.js';
import { byId, row, setCells, setClass, setText, sync } from './elements.js';
import { formatCount, formatNs, formatRate, formatShare } from './quantity.js';

export function lossTables(): (engine: EngineView) => void {
  const [losses, verdict] = [byId('loss-rows'), byId('losses-verdict')];
  const [stalls, none, stallTable] = [byId('stall-rows'), byId('stalls-none'), byId('stall-rows').closest('table')];
  return (engine) => {
    const lost = engine.losses.filter((loss) => loss.total > 0);
    setText(verdict, lost.length === 0 ? '✓ Nothing was lost.' : '✗ Something was lost.');
    setClass(verdict, `verdict-line ${lost.length === 0 ? 'ok' : 'bad'}`);
    sync(losses, engine.losses, (loss) => loss.counter, () => row(['', 'number', 'number']), (made, loss) => {
      setClass(made, loss.total > 0 ? 'bad' : 'quiet');
      setCells(made, [loss.counter, formatCount(loss.inWindow), formatCount(loss.total)]);
    });
    setText(none, engine.stalls.length === 0 ? 'No kernel event was seen on the engine’s threads.' : '');
    if (stallTable !== null) stallTable.hidden = engine.stalls.length === 0;
    sync(stalls, engine.stalls, (stall) => stall.cause, () => row(['', 'number', 'number', 'number']), (made, stall) => {
      setCells(made, [stall.cause.replaceAll('_', ' '), formatRate(stall.perSecond), formatShare(stall.share), formatNs(stall.totalNs)]);
    });
  };
}
