/**
 * Where on its way an order spends a hop. Charts colour by stage: five colours can be told apart, fifteen cannot.
 *
 * `link` is everything between one role's transmit stamp and the next role's receive stamp: the port, the queue behind it and the wait
 * for the receiver's next poll.
 */
export type Stage = 'feed' | 'link' | 'oms' | 'venue' | 'journal';

export const STAGES: readonly { readonly stage: Stage; readonly label: string }[] = [
  { stage: 'feed', label: 'feed late' },
  { stage: 'link', label: 'in transit or queued' },
  { stage: 'oms', label: 'OMS, router, risk' },
  { stage: 'venue', label: 'venue' },
  { stage: 'journal', label: 'journal' },
];

export function stageOf(hop: string): Stage {
  const [place, event] = hop.split('.');
  if (event === 'rx' || event === 'ack') return 'link';
  if (place === 'feed' || place === 'venue') return place;
  return place === 'journal' && event !== 'append' ? 'journal' : place === 'journal' ? 'venue' : 'oms';
}
