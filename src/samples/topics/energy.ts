import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const energy: SampleTopic = {
  id: 'energy',
  title: 'Energy and climate',
  statements: {
    en: [
      statement('Every new roof should have to carry solar panels.', { green: 2, tech: 1 }),
      statement('Nuclear power is needed to protect the climate.', { tech: 2, green: -1 }),
      statement('Wind turbines spoil the landscape.', { green: -2, open: -1 }),
      statement('I would pay more for electricity if it was clean.', { green: 2 }),
      statement('One person alone can not change anything about the climate.', { green: -2 }),
      statement('Engineers will solve the climate problem in time.', { tech: 2, green: -1 }),
      statement('Rich countries should pay for climate damage in poor ones.', { social: 2, green: 1 }),
      statement('A carbon tax is fair when the money goes back to everybody.', { green: 2, social: 1 }),
      statement('Blocking roads for the climate is justified.', { green: 2, open: 1 }),
      statement('Heating at 19 degrees is warm enough.', { green: 1 }),
      statement('We talk too much about the climate.', { green: -2 }),
      statement('Hydrogen will replace oil and gas.', { tech: 2 }),
      statement('Coal mines should be closed even if that costs jobs.', { green: 2, social: -1 }),
      statement('The grid should belong to the public.', { social: 2 }),
    ],
    de: [
      statement('Der Ausstieg aus der Kernkraft war ein Fehler.', { green: -2, tech: 1 }),
      statement('Balkonkraftwerke lohnen sich.', { green: 1, tech: 2 }),
      statement('Eine Wärmepumpe kommt mir nicht ins Haus.', { green: -2, tech: -1 }),
      statement('Windräder im Wald sind in Ordnung.', { green: 1, tech: 1 }),
      statement('Strom sollte nachts billiger sein.', { tech: 1 }),
      statement('Beim Klimaschutz sollten wir mit gutem Beispiel vorangehen.', { green: 2, open: 1 }),
      statement('Energie sparen wird nur den kleinen Leuten zugemutet.', { social: 2, green: -1 }),
    ],
  },
  choices: {
    en: [
      choice('Which source of power should grow most?', {
        Solar: { green: 2 },
        Wind: { green: 1, social: 1 },
        Nuclear: { tech: 2, green: -2 },
        Gas: { green: -2, open: -1 },
      }),
      choice('What would you give up first for the climate?', {
        Flying: { green: 1, open: -1 },
        Meat: { green: 2 },
        'The car': { green: 2, social: 1 },
        Nothing: { green: -2 },
      }),
    ],
    de: [
      choice('Wer sollte die Energiewende bezahlen?', {
        'Die Verbraucher': { social: -2 },
        'Die Unternehmen': { social: 1, green: 1 },
        'Der Staat': { social: 2 },
      }),
    ],
  },
};
