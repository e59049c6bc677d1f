import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const health: SampleTopic = {
  id: 'health',
  title: 'Health',
  statements: {
    en: [
      statement('Health insurance should be the same for rich and poor.', { social: 2 }),
      statement('I would see a doctor by video call.', { tech: 2 }),
      statement('Smoking should be forbidden in all public places.', { social: 1, open: -1 }),
      statement('Cannabis should be legal for adults.', { open: 2 }),
      statement('Herbal remedies help as well as most pills.', { tech: -2, green: 1 }),
      statement('Hospitals should not be run for profit.', { social: 2 }),
      statement('A watch that measures my heart all day calms me.', { tech: 2 }),
      statement('People should be organ donors unless they object.', { social: 1, open: 1, tech: 1 }),
      statement('Who lives unhealthily should pay more for insurance.', { social: -2 }),
      statement('We take too many medicines.', { tech: -2 }),
      statement('A day without screens each week would do everybody good.', { tech: -2 }),
      statement('Therapy should be as normal as going to the dentist.', { open: 2, social: 1 }),
      statement('Vaccination should be compulsory for nurses and doctors.', { tech: 1, social: 1 }),
      statement('Genetic tests for newborn children are a good idea.', { tech: 2, open: 1 }),
    ],
    de: [
      statement('Zwei Klassen von Patienten darf es nicht geben.', { social: 2 }),
      statement('Homöopathie sollte keine Kasse bezahlen.', { tech: 2 }),
      statement('Die elektronische Patientenakte ist ein Fortschritt.', { tech: 2 }),
      statement('Sauna ist besser als jede Tablette.', { tech: -1, open: -1 }),
      statement('Pflegekräfte verdienen zu wenig.', { social: 2 }),
      statement('Wer krank ist, soll ohne Attest drei Tage zu Hause bleiben dürfen.', { social: 2, open: 1 }),
      statement('Sterbehilfe sollte erlaubt sein.', { open: 2 }),
    ],
  },
  choices: {
    en: [
      choice('What do you do first when you have a cold?', {
        'Drink tea and sleep': { tech: -1, green: 1 },
        'Take a pill': { tech: 2 },
        'Go to work anyway': { social: -2 },
        'See a doctor': { open: -1 },
      }),
      choice('Who should pay for glasses?', {
        'Everybody for themselves': { social: -2 },
        'Health insurance': { social: 2 },
        'The employer': { social: 1, tech: 1 },
      }),
    ],
    de: [
      choice('Wie hältst du dich am liebsten fit?', {
        'Im Fitnessstudio': { tech: 1 },
        'Im Wald': { green: 2 },
        'Im Verein': { open: -1, social: 1 },
        'Gar nicht': { open: 1 },
      }),
    ],
  },
};
