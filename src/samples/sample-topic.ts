/** The directions along which the sample users differ; a statement says how far agreeing goes along each. */
export const AXES = ['green', 'tech', 'social', 'open'] as const;
export type Axis = (typeof AXES)[number];

/** Strength along some axes, from -2 to 2. */
export type Leaning = Readonly<Partial<Record<Axis, number>>>;

/** A statement to agree or disagree with. */
export interface Statement {
  readonly question: string;
  readonly leaning: Leaning;
}

/** A question with answers of its own, which have the ids a, b, c, … in this order. */
export interface Choice {
  readonly question: string;
  readonly answers: readonly { readonly label: string; readonly leaning: Leaning }[];
}

export const SAMPLE_LANGUAGES = ['en', 'de'] as const;
export type SampleLanguage = (typeof SAMPLE_LANGUAGES)[number];

export interface SampleTopic {
  readonly id: string;
  readonly title: string;
  readonly statements: Readonly<Record<SampleLanguage, readonly Statement[]>>;
  readonly choices: Readonly<Record<SampleLanguage, readonly Choice[]>>;
}

export const statement = (question: string, leaning: Leaning): Statement => ({ question, leaning });

/** `answers`: label and leaning of each. */
export const choice = (question: string, answers: Readonly<Record<string, Leaning>>): Choice => ({
  question,
  answers: Object.entries(answers).map(([label, leaning]) => ({ label, leaning })),
});
