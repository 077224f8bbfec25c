/** Whether what is written as a media type is text, which has no room for bytes. */
export function isText(mediaType: string): boolean {
  return /[/+](json|xml)\b|^text\/|x-www-form-urlencoded/i.test(mediaType);
}
