import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const housing: SampleTopic = {
  id: 'housing',
  title: 'Homes and cities',
  statements: {
    en: [
      statement('Rents should be capped by law.', { social: 2 }),
      statement('Empty flats should be taken over by the town.', { social: 2 }),
      statement('Owning a home is better than renting one.', { social: -2, open: -1 }),
      statement('Holiday rentals push residents out of cities.', { social: 2 }),
      statement('Cities should build upwards rather than outwards.', { green: 1, tech: 1 }),
      statement('I would like to live with several generations under one roof.', { social: 1, open: -1 }),
      statement('Single-family houses waste land and energy.', { green: 2, social: 1 }),
      statement('A house built by a 3D printer is fine with me.', { tech: 2 }),
      statement('Every street should have trees, even if parking is lost.', { green: 2 }),
      statement('Life in the countryside is better for families.', { open: -2 }),
      statement('Less regulation would bring more homes.', { social: -2 }),
      statement('Old buildings should be kept even if that costs more.', { open: -1, tech: -1 }),
      statement('Dogs should be on the lead everywhere in town.', { open: -1 }),
      statement('Neighbours should decide on what is built in their street.', { social: 1, open: -1 }),
    ],
    de: [
      statement('Große Wohnungskonzerne sollten enteignet werden.', { social: 2 }),
      statement('Ein Haus im Grünen ist mein Traum.', { open: -2, green: -1 }),
      statement('Schottergärten gehören verboten.', { green: 2 }),
      statement('In einem Holzhaus wohnt es sich gesünder.', { green: 2 }),
      statement('Kleine Wohnungen reichen, wenn die Stadt schön ist.', { green: 1, open: 2 }),
      statement('Die Türen im Haus öffne ich gern mit dem Telefon.', { tech: 2 }),
      statement('Wer eine Wohnung vermietet, trägt ein großes Risiko.', { social: -2 }),
    ],
  },
  choices: {
    en: [
      choice('Where would you most like to live?', {
        'In a big city': { open: 2 },
        'In a small town': { social: 1 },
        'In a village': { open: -2 },
        'Alone in the woods': { green: 2, tech: -1 },
      }),
      choice('What does your neighbourhood need most?', {
        'A park': { green: 2 },
        'Cheaper flats': { social: 2 },
        'More police': { open: -2 },
        'Faster internet': { tech: 2 },
      }),
    ],
    de: [
      choice('Was ist dir an einer Wohnung am wichtigsten?', {
        'Ein Balkon': { green: 1 },
        'Die Lage': { open: 1 },
        'Eine niedrige Miete': { social: 2 },
        'Ein Stellplatz': { green: -2 },
      }),
    ],
  },
};
