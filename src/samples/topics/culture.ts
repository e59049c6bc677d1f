import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const culture: SampleTopic = {
  id: 'culture',
  title: 'Culture and media',
  statements: {
    en: [
      statement('Museums should be free to enter.', { social: 2, open: 1 }),
      statement('The book is nearly always better than the film.', { tech: -1 }),
      statement('Opera houses get too much public money.', { social: -1, open: -1 }),
      statement('I would rather see a film at home than in a cinema.', { tech: 1, open: -1 }),
      statement('Music was better in the eighties.', { open: -2, tech: -1 }),
      statement('Graffiti can make a city more beautiful.', { open: 2 }),
      statement('Films should be watched in the original language.', { open: 2 }),
      statement('A country needs public broadcasting.', { social: 2 }),
      statement('Video games are a form of art.', { tech: 2, open: 1 }),
      statement('Old children’s books should be left as they were written.', { open: -2 }),
      statement('Newspapers on paper will survive.', { tech: -2 }),
      statement('Stolen works should be returned to the countries they came from.', { open: 2, social: 1 }),
      statement('Concerts have become too expensive.', { social: 1 }),
      statement('A podcast tells me more than a newspaper does.', { tech: 2 }),
    ],
    de: [
      statement('Weihnachten ohne Baum ist kein Weihnachten.', { open: -2, green: -1 }),
      statement('Der Rundfunkbeitrag gehört abgeschafft.', { social: -2 }),
      statement('Synchronisierte Filme sehe ich nicht gern.', { open: 2 }),
      statement('Volksfeste sind ein Stück Heimat.', { open: -2 }),
      statement('Moderne Kunst sagt mir nichts.', { open: -2, tech: -1 }),
      statement('Bibliotheken sollten auch am Sonntag offen sein.', { social: 1, open: 1 }),
      statement('Gendern in Texten finde ich richtig.', { open: 2, social: 1 }),
    ],
  },
  choices: {
    en: [
      choice('What do you do on a free evening?', {
        'Read a book': { tech: -2 },
        'Play a video game': { tech: 2 },
        'Meet friends': { open: 1, social: 1 },
        'Watch television': { open: -1 },
      }),
      choice('Which event would you queue for?', {
        'A festival': { open: 2 },
        'A match': { open: -1 },
        'A new exhibition': { social: 1, open: 1 },
        'The launch of a gadget': { tech: 2 },
      }),
    ],
    de: [
      choice('Welche Musik läuft bei dir?', {
        Klassik: { tech: -1, open: -1 },
        Schlager: { open: -2 },
        'Rock und Pop': { social: 1 },
        'Elektronische Musik': { tech: 2, open: 1 },
      }),
    ],
  },
};
