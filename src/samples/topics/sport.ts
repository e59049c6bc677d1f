import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const sport: SampleTopic = {
  id: 'sport',
  title: 'Sport',
  statements: {
    en: [
      statement('Women and men should get the same prize money.', { social: 2, open: 1 }),
      statement('The video referee has made football better.', { tech: 2 }),
      statement('Chess is a sport.', { tech: 1, open: 1 }),
      statement('E-sports belong at the Olympic Games.', { tech: 2, open: 1 }),
      statement('Taxes should not pay for stadiums.', { social: -1 }),
      statement('Football players earn too much.', { social: 2 }),
      statement('Athletes should speak their mind on politics.', { open: 2 }),
      statement('Ski slopes with artificial snow should be closed.', { green: 2 }),
      statement('Motor racing has no future.', { green: 2, tech: -1 }),
      statement('Fireworks in stadiums belong to the atmosphere.', { open: -1, green: -1 }),
      statement('Everybody should learn to swim at school.', { social: 2 }),
      statement('Winning matters more than taking part.', { social: -2 }),
      statement('Big tournaments should only be given to democracies.', { open: 1, social: 1 }),
      statement('Data from sensors takes the fun out of sport.', { tech: -2 }),
    ],
    de: [
      statement('Im Fernsehen läuft zu viel Fußball.', { open: 1 }),
      statement('Ohne Ehrenamt gäbe es keinen Sport.', { social: 2, open: -1 }),
      statement('Olympische Spiele sollten wieder in unser Land kommen.', { open: -1, green: -1 }),
      statement('Wandern ist der schönste Sport.', { green: 2, tech: -1 }),
      statement('Mit einem E-Bike zu fahren ist kein Sport.', { tech: -2 }),
      statement('Der Verein gehört den Mitgliedern und nicht den Geldgebern.', { social: 2, open: -1 }),
      statement('Bundesjugendspiele sollten ohne Wertung stattfinden.', { open: 2, social: 1 }),
    ],
  },
  choices: {
    en: [
      choice('How do you follow a big match?', {
        'In the stadium': { open: -1, green: -1 },
        'In a pub with others': { social: 2 },
        'On a phone': { tech: 2 },
        'I do not': { green: 1, open: 1 },
      }),
      choice('Which kind of sport should get more money?', {
        'Sport for children': { social: 2 },
        'Top-level sport': { social: -2 },
        'Sport for older people': { social: 1, open: -1 },
        'New sports such as climbing': { open: 2 },
      }),
    ],
    de: [
      choice('Was schaust du am liebsten?', {
        Fußball: { open: -2 },
        Wintersport: { open: -1, green: -1 },
        Leichtathletik: { social: 1 },
        'E-Sport': { tech: 2 },
      }),
    ],
  },
};
