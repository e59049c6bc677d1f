import { describe, expect, it } from 'vitest';
import { optionId, pollId } from '../../domain/ids.js';
import { MAX_OPTIONS } from '../../domain/poll.js';
import { PollPlaces } from './poll-places.js';
import { VoteLogBuilder } from './vote-log.js';

const optionIds = Array.from({ length: MAX_OPTIONS + 5 }, (_, place) => optionId(`o${place}`));
const places = new PollPlaces([
  { id: pollId('small'), topics: [], language: null, question: '', optionIds: [optionId('agree')] },
  { id: pollId('form'), topics: [], language: null, question: '', optionIds },
]);

describe('PollPlaces', () => {
  it('finds polls and options by their ids', () => {
    expect(places.find('small', 'agree')).toEqual({ poll: 0, option: 0 });
    expect(places.find('form', 'o7')).toEqual({ poll: 1, option: 7 });
    expect(places.find('small', 'o7')).toBeNull();
    expect(places.find('none', 'agree')).toBeNull();
  });

  it('knows no option that a log of votes could not hold', () => {
    expect(places.find('form', `o${MAX_OPTIONS}`)).toBeNull();
    const last = places.find('form', `o${MAX_OPTIONS - 1}`);
    expect(last).toEqual({ poll: 1, option: MAX_OPTIONS - 1 });
    const log = new VoteLogBuilder();
    log.add('ada', 1, last?.option ?? -1);
    expect([...log.build().options]).toEqual([MAX_OPTIONS - 1]);
  });
});
