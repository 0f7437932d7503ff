const { src, dest } = require('gulp');

// tsc emits only JavaScript: the icons and the codex files (*.node.json) go beside it.
const build = () =>
  src(['nodes/**/*.{svg,json}', 'credentials/**/*.svg'], { base: '.', encoding: false }).pipe(dest('dist'));

exports.build = build;
