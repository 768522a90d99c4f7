/** A study's data as features of the map: the whole course, or one frame of it. No map here. */

/**
 * @typedef {{key: string, label: string, area: any, envelope: any}} Zone
 * @typedef {{minutes: number, words: string, areas: Record<string, any>}} Frame
 * @typedef {{zones: Zone[], frames: Frame[], probabilities: {key: string, label: string, share: number, area: any}[],
 *   marks: {lon: number, lat: number, label: string, state: string, minutes: number, source: string}[],
 *   hits: {name: string, kind: string, lon: number, lat: number, minutes: number | null, sure?: boolean}[], place: [number, number]}} Study
 */

const LAST_RANK = 5;

/** @param {any} geometry @param {Record<string, any>} properties */
const feature = (geometry, properties) => ({ type: /** @type {const} */ ("Feature"), geometry, properties });

/** @param {number} lon @param {number} lat */
const point = (lon, lat) => ({ type: "Point", coordinates: [lon, lat] });

/**
 * Give the northernmost point of an area: the areas lie in one another, so their numbers do not meet.
 * @param {any} geometry
 * @returns {[number, number] | null}
 */
export function topOf(geometry) {
  /** @type {[number, number] | null} */
  let top = null;
  /** @param {any} part */
  const walk = (part) => {
    if (typeof part[0] !== "number") part.forEach(walk);
    else if (!top || part[1] > top[1]) top = [part[0], part[1]];
  };
  walk(geometry.coordinates ?? []);
  return top;
}

/**
 * Give the features that are drawn at a frame; past the last frame, the whole course.
 * @param {Study} study
 * @param {number} index
 */
export function featuresAt(study, index) {
  const frame = study.frames[index];
  const minutes = frame ? frame.minutes : Infinity;
  const found = [];
  study.zones.forEach((zone, number) => {
    const rank = Math.min(number, LAST_RANK);
    const area = frame ? frame.areas[zone.key] : zone.area;
    if (area) found.push(feature(area, { kind: "zone", rank, label: zone.label, key: zone.key }));
    const top = area && topOf(area);
    if (top) found.push(feature(point(top[0], top[1]), { kind: "number", rank, label: String(number + 1) }));
    if (zone.envelope) found.push(feature(zone.envelope, { kind: "envelope", rank, label: zone.label }));
  });
  for (const row of study.probabilities) {
    const rank = Math.min(study.zones.findIndex((zone) => zone.key === row.key), LAST_RANK);
    if (row.area) found.push(feature(row.area, { kind: "probability", rank, share: row.share, label: `${row.label} ${Math.round(row.share * 100)}%` }));
  }
  for (const mark of study.marks) {
    if (mark.minutes <= minutes) found.push(feature(point(mark.lon, mark.lat), { kind: "mark", state: mark.state, label: mark.label, note: mark.source }));
  }
  for (const hit of study.hits) {
    const reached = hit.minutes === null || hit.minutes <= minutes;
    if (reached) found.push(feature(point(hit.lon, hit.lat), { kind: "hit", label: hit.name, sure: hit.sure !== false }));
  }
  return found;
}
