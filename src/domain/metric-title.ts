/** What the numbered metrics measure, by the name before the number. */
const OF_LISTS: Readonly<Record<string, string>> = {
  recall: 'Recall',
  ndcg: 'NDCG',
  novelty: 'Novelty in bits',
  topicDiversity: 'Topic diversity',
  voterDiversity: 'Voter diversity',
  youngShare: 'Polls younger than a day',
  coverage: 'Coverage of the catalogue',
};

const OF_ITEMS: Readonly<Record<string, string>> = {
  exposedAuc: 'AUC of liking',
  answeredAuc: 'AUC of answer',
  hitRate20: 'Lists of 20 with a hit',
  likingCalibrationError: 'Calibration error of liking',
  answerCalibrationError: 'Calibration error of answer',
};

/** How a metric is called in texts: `novelty20` is "Novelty in bits @ 20". An unknown one keeps its name. */
export function metricTitle(name: string): string {
  const [, stem = '', length = ''] = /^([a-zA-Z]+?)(\d+)$/.exec(name) ?? [];
  const title = OF_LISTS[stem];
  return title === undefined ? (OF_ITEMS[name] ?? name) : `${title} @ ${length}`;
}
