/** Texts that have broken generators: each tries to end the literal, comment or statement that it is put in. */
export const hostileTexts = [
  '"; evil(); "',
  "'; evil(); '",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a template literal would run
  "`${evil()}`",
  "*/ evil(); /*",
  "**//evil()",
  "line\nbreak",
  "carriage\rreturn",
  "\u2028evil()\u2029",
  "\\",
  '\\"; evil(); //',
  "</script><!--",
  "__proto__",
  "constructor",
  "\u0000\u0007\u001b[31m",
  "\u202eevil",
  "\ud800",
];
