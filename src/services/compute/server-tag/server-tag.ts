export const mostTags = 50;
const longestTag = 60;

/** Why a tag of a path may not be so; undefined when it may. */
export function whyNot(tag: string): string | undefined {
  if (tag.length === 0) return "Tag '' is too short.";
  if (tag.length > longestTag) return `Tag '${tag}' is too long. Maximum length of a tag is ${longestTag}`;
  return /[,/]/.test(tag)
    ? `Tag '${tag}' is invalid. It must be a non empty string without characters '/' and ','. Validation error: '${tag}' does not match '^[^,/]*$'`
    : undefined;
}
