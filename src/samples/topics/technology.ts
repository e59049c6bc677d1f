import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const technology: SampleTopic = {
  id: 'technology',
  title: 'Technology',
  statements: {
    en: [
      statement('Artificial intelligence will create more jobs than it takes away.', { tech: 2 }),
      statement('Telephones should be banned from classrooms.', { tech: -2, open: -1 }),
      statement('I trust a doctor more when a computer has checked the diagnosis.', { tech: 2 }),
      statement('Social networks do a society more harm than good.', { tech: -2 }),
      statement('Large technology companies should be broken up.', { social: 2, tech: -1 }),
      statement('Cash should never be abolished.', { tech: -2, open: -1 }),
      statement('A house where everything is connected sounds like a nightmare.', { tech: -2 }),
      statement('Space travel is worth what it costs.', { tech: 2, social: -1 }),
      statement('Software paid for with taxes should be open to everybody.', { social: 2, tech: 1 }),
      statement('Children under 14 should have no account on a social network.', {
        social: 1,
        tech: -1,
        open: -1,
      }),
      statement('I would have a chip implanted if it kept me healthy.', { tech: 2, open: 1 }),
      statement('Electronic devices should be made to last ten years by law.', { green: 2, social: 1 }),
      statement('Pictures made by a computer can be art.', { tech: 2, open: 1 }),
      statement('People should be told whenever they are talking to a machine.', { social: 1, tech: -1 }),
    ],
    de: [
      statement('Behördengänge sollten sich alle im Netz erledigen lassen.', { tech: 2 }),
      statement('Ich lese Bücher lieber auf Papier.', { tech: -2 }),
      statement('Überwachungskameras machen Bahnhöfe sicherer.', { open: -2, tech: 1 }),
      statement('Meine Gesundheitsdaten dürfen der Forschung dienen.', { tech: 2, social: 1 }),
      statement('Das Recht auf Reparatur geht nicht weit genug.', { green: 2, social: 1 }),
      statement('Roboter in der Pflege sind eine gute Idee.', { tech: 2 }),
      statement('Früher war man ohne Handy glücklicher.', { tech: -2, open: -1 }),
    ],
  },
  choices: {
    en: [
      choice('How often do you want a new phone?', {
        'Every year': { tech: 2, green: -1 },
        'When the old one breaks': { green: 2 },
        'Every three years or so': { open: -1 },
        'I would rather have none': { tech: -2 },
      }),
      choice('Who should set the rules for artificial intelligence?', {
        'The state': { social: 2 },
        'The companies that build it': { tech: 2, social: -2 },
        'An international body': { open: 2 },
        'Nobody, it is too early': { tech: 1, open: -1 },
      }),
    ],
    de: [
      choice('Wie bezahlst du am liebsten?', {
        Bar: { tech: -2, open: -1 },
        'Mit Karte': { open: 1 },
        'Mit dem Telefon': { tech: 2 },
      }),
    ],
  },
};
