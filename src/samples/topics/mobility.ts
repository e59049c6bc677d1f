import { choice, type SampleTopic, statement } from '../sample-topic.js';

export const mobility: SampleTopic = {
  id: 'mobility',
  title: 'Getting around',
  statements: {
    en: [
      statement('City centres should be closed to private cars.', { green: 2 }),
      statement('Parking in town should stay free.', { green: -2 }),
      statement('Night trains are the best way to cross a continent.', { green: 1, open: 1 }),
      statement('A speed limit of 30 km/h in towns does more good than harm.', { green: 1, social: 1 }),
      statement('I would let a self-driving bus take my children to school.', { tech: 2 }),
      statement('Electric scooters for hire should be banned from pavements.', { tech: -1, open: -1 }),
      statement('Public transport should be free and paid for by taxes.', { social: 2, green: 1 }),
      statement('A car means freedom to me.', { green: -2, open: -1 }),
      statement('Short flights should be forbidden where a train takes under four hours.', {
        green: 2,
        social: 1,
      }),
      statement('Cycling helmets should be compulsory for adults.', { open: -1, social: 1 }),
      statement('Within ten years most people will no longer own a car.', { tech: 2, green: 1 }),
      statement('Drivers over 75 should repeat the driving test.', { social: 1 }),
      statement('New motorways solve traffic jams.', { green: -2 }),
      statement('I would share my daily ride to work with strangers through an app.', { tech: 1, open: 1 }),
    ],
    de: [
      statement('Auf Autobahnen sollte ein Tempolimit von 130 gelten.', { green: 2, social: 1 }),
      statement('Das Fahrrad gehört auf die Straße und nicht auf den Gehweg.', { green: 1 }),
      statement('Bahnfahren ist mir zu unzuverlässig.', { green: -1, social: -1 }),
      statement('Ein Auto in der Familie ist genug.', { green: 2 }),
      statement('Flugtaxis werden bald zum Alltag gehören.', { tech: 2 }),
      statement('Lastenräder sollten vom Staat bezuschusst werden.', { green: 2, social: 1 }),
      statement('Der Führerschein ist viel zu teuer geworden.', { social: 1, green: -1 }),
    ],
  },
  choices: {
    en: [
      choice('How would you travel 500 kilometres?', {
        'By train': { green: 2 },
        'By car': { green: -1, open: -1 },
        'By plane': { green: -2, tech: 1 },
        'By coach': { social: 1 },
      }),
      choice('What would get you to cycle more?', {
        'Separate cycle lanes': { green: 1, social: 1 },
        'An electric bike': { tech: 2 },
        'Safe places to park it': { open: -1 },
        'Nothing would': { green: -2 },
      }),
    ],
    de: [
      choice('Was fehlt dem Nahverkehr am meisten?', {
        'Ein dichterer Takt': { green: 1 },
        'Niedrigere Preise': { social: 2 },
        'Eine bessere App': { tech: 2 },
        'Mehr Sicherheit am Abend': { open: -1 },
      }),
    ],
  },
};
