import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const food: SampleTopic = {
  id: 'food',
  title: 'Food and drink',
  statements: {
    en: [
      statement('School canteens should serve meat on one day a week only.', { green: 2 }),
      statement('A meal without meat is no proper meal.', { green: -2, open: -1 }),
      statement('I would eat meat that was grown in a laboratory.', { tech: 2, green: 1 }),
      statement('Insects belong on the menu of the future.', { tech: 1, open: 2 }),
      statement('A tax on sugar in drinks is right.', { social: 2 }),
      statement('Grandmother knew best how to cook.', { open: -2, tech: -1 }),
      statement('Supermarkets should have to give away food they can not sell.', { social: 2, green: 1 }),
      statement('Organic food is worth its price.', { green: 2 }),
      statement('Breakfast is the most important meal of the day.', { open: -1 }),
      statement('I like to try dishes whose names I can not pronounce.', { open: 2 }),
      statement('Genetically modified crops are needed to feed the world.', { tech: 2, green: -1 }),
      statement('Tipping in restaurants should be replaced by better wages.', { social: 2 }),
      statement('Cooking at home is a waste of time now that everything can be delivered.', {
        tech: 1,
        open: -1,
      }),
      statement('Pineapple on pizza is a fine idea.', { open: 1 }),
    ],
    de: [
      statement('Fleisch sollte deutlich teurer werden.', { green: 2, social: -1 }),
      statement('Am Sonntag gehört ein Braten auf den Tisch.', { open: -2, green: -1 }),
      statement('Hafermilch schmeckt im Kaffee besser als Kuhmilch.', { green: 2, open: 1 }),
      statement('Eine Kennzeichnung der Nährwerte in Ampelfarben hilft beim Einkauf.', {
        social: 1,
        tech: 1,
      }),
      statement('Auf dem Wochenmarkt kaufe ich lieber ein als im Supermarkt.', { green: 1, tech: -1 }),
      statement('Alkohol sollte erst ab 18 erlaubt sein.', { social: 1, open: -1 }),
      statement('Kochen sollte ein Schulfach sein.', { social: 1, open: -1 }),
    ],
  },
  choices: {
    en: [
      choice('What matters most when you buy groceries?', {
        'The price': { social: 1, green: -1 },
        'That it is local': { green: 2 },
        'That it is quick to prepare': { tech: 1 },
        'That it is something new': { open: 2 },
      }),
      choice('Which kitchen could you eat from every day?', {
        Italian: { open: -1 },
        Indian: { open: 2, green: 1 },
        Japanese: { open: 1, tech: 1 },
        'What I grew up with': { open: -2 },
      }),
    ],
    de: [
      choice('Was kommt bei dir zum Frühstück auf den Tisch?', {
        'Brot mit Käse oder Wurst': { open: -2 },
        'Müsli mit Obst': { green: 2 },
        'Nur ein Kaffee': { tech: 1 },
      }),
    ],
  },
};
