import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const work: SampleTopic = {
  id: 'work',
  title: 'Work and money',
  statements: {
    en: [
      statement('Four days of work a week are enough.', { social: 2, open: 1 }),
      statement('People who work from home get less done.', { tech: -1, open: -2 }),
      statement('Everybody should get a basic income without conditions.', { social: 2, open: 1 }),
      statement('Top managers earn far too much.', { social: 2 }),
      statement('Taxes on large inheritances should rise.', { social: 2 }),
      statement('Whoever works hard can make it to the top.', { social: -2 }),
      statement('Trade unions are as needed as ever.', { social: 2 }),
      statement('Salaries in a company should be open for all to see.', { social: 1, open: 1 }),
      statement('Shops should be allowed to open on Sundays.', { social: -1, open: 1 }),
      statement('I would accept less pay for more holidays.', { green: 1, social: 1 }),
      statement('The state spends money worse than private companies do.', { social: -2 }),
      statement('Retirement at 70 will have to come.', { social: -2, tech: 1 }),
      statement('A dress code at the office is a good thing.', { open: -2 }),
      statement('Investing in shares is something for everybody.', { social: -1, tech: 1 }),
    ],
    de: [
      statement('Der Mindestlohn sollte deutlich steigen.', { social: 2 }),
      statement('Ein fester Arbeitsplatz im Büro ist mir wichtig.', { open: -1, tech: -1 }),
      statement('Wer mehr leistet, soll auch viel mehr verdienen.', { social: -2 }),
      statement('Nach Feierabend lese ich keine dienstlichen Nachrichten.', { social: 1, tech: -1 }),
      statement('Eine Vermögensteuer wäre gerecht.', { social: 2 }),
      statement('Du statt Sie in der Firma ist angenehmer.', { open: 2 }),
      statement('Ohne Überstunden geht es in den meisten Berufen nicht.', { social: -1, open: -1 }),
    ],
  },
  choices: {
    en: [
      choice('Where do you work best?', {
        'At home': { tech: 1, open: 1 },
        'At the office': { open: -2 },
        'In a café': { open: 2 },
        Outdoors: { green: 2 },
      }),
      choice('What would you do with an unexpected month of pay?', {
        'Save it': { open: -1 },
        'Invest it': { social: -2, tech: 1 },
        'Give it away': { social: 2 },
        Travel: { open: 2 },
      }),
    ],
    de: [
      choice('Was ist dir an einer Stelle am wichtigsten?', {
        'Das Gehalt': { social: -2 },
        'Die Sicherheit': { open: -2 },
        'Der Sinn': { green: 1, social: 1 },
        'Die freie Zeit': { open: 1 },
      }),
    ],
  },
};
