import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const education: SampleTopic = {
  id: 'education',
  title: 'School and learning',
  statements: {
    en: [
      statement('Marks should be abolished in primary school.', { open: 2, social: 1 }),
      statement('School should begin at nine rather than at eight.', { open: 1 }),
      statement('Handwriting is no longer worth teaching.', { tech: 2, open: 1 }),
      statement('University should be free for everybody.', { social: 2 }),
      statement('School uniforms would do more good than harm.', { open: -2 }),
      statement('Programming should be taught from the age of eight.', { tech: 2 }),
      statement('Pupils learn more from strict teachers.', { open: -2 }),
      statement('Private schools should get no public money.', { social: 2 }),
      statement('Homework should be done at school, with help.', { social: 2, open: 1 }),
      statement('Climate protection should be a subject of its own.', { green: 2 }),
      statement('Learning poems by heart is good for the mind.', { open: -1, tech: -1 }),
      statement('An apprenticeship is worth as much as a degree.', { social: 1, open: -1 }),
      statement('Pupils should be allowed to use artificial intelligence in exams.', { tech: 2, open: 1 }),
      statement('All children should stay in the same school until they are sixteen.', {
        social: 2,
        open: 1,
      }),
    ],
    de: [
      statement('Latein sollte kein Schulfach mehr sein.', { tech: 1, open: 1 }),
      statement('Jedes Kind sollte ein Tablet von der Schule bekommen.', { tech: 2, social: 1 }),
      statement('Sitzenbleiben hat noch keinem geschadet.', { open: -2, social: -1 }),
      statement('Die Ganztagsschule sollte die Regel sein.', { social: 2 }),
      statement('Im Unterricht wird zu wenig gelesen.', { tech: -2, open: -1 }),
      statement('Ein soziales Pflichtjahr nach der Schule wäre sinnvoll.', { social: 1, open: -1 }),
      statement('Schulgärten gehören an jede Schule.', { green: 2 }),
    ],
  },
  choices: {
    en: [
      choice('Which subject deserves more hours?', {
        Science: { tech: 2 },
        Sport: { open: -1 },
        'Music and art': { open: 2 },
        'Money and law': { social: -2 },
      }),
      choice('How do you like to learn something new?', {
        'From a book': { tech: -2 },
        'From videos': { tech: 2 },
        'In a course with others': { social: 1 },
        'By trying': { open: 2 },
      }),
    ],
    de: [
      choice('Wie groß sollte eine Schulklasse höchstens sein?', {
        'Fünfzehn Kinder': { social: 2 },
        'Zwanzig Kinder': { social: 1 },
        'Dreißig Kinder': { social: -2 },
      }),
    ],
  },
};
