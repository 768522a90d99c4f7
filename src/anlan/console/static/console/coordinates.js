/** Reading coordinates that somebody typed or pasted. */

/**
 * Read "117.53, 36.71", "117.53 36.71" or "36.71N 117.53E"; longitude first unless only the other
 * order is possible in China. Null when it is no pair.
 * @param {string} text
 * @returns {[number, number] | null}
 */
export function coordinates(text) {
  const numbers = text.match(/-?\d+(?:\.\d+)?/g);
  if (numbers?.length !== 2 || /[\u4e00-\u9fff]/.test(text)) return null;
  const [first, second] = numbers.map(Number);
  if (Math.abs(first) <= 180 && Math.abs(second) <= 90 && !(first < 60 && second > 60)) return [first, second];
  if (Math.abs(second) <= 180 && Math.abs(first) <= 90) return [second, first];
  return null;
}
