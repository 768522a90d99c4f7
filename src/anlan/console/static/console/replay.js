/** Frames of the replay, turned into what the map's layers understand. */

/** @typedef {{time: string, sentence: string, actor: string, verb: string, features: any[]}} Frame */

/** @type {Record<string, string>} */
const KINDS = { units: "unit", hospitals: "hospital", shelters: "shelter", closures: "closure" };

/**
 * Give the features of a frame the properties that the map draws by: kind, label, and for areas
 * their rank, the worst first.
 * @param {any[]} features
 */
export function ranked(features) {
  let rank = 0;
  return features.map((feature) => {
    const p = feature.properties;
    const kind = KINDS[p.layer] ?? p.layer;
    const properties = { ...p, kind, label: p.title, note: p.beside ?? "" };
    if (kind === "zone") properties.rank = rank++;
    return { ...feature, properties };
  });
}
