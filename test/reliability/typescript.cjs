// Lets a plain Node run the sources: `node --require test/reliability/typescript.cjs file.ts`.
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');

const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };

Module._extensions['.ts'] = (module, file) => {
  const { outputText } = transpileModule(readFileSync(file, 'utf8'), { compilerOptions, fileName: file });
  module._compile(outputText, file);
};

// What is imported when it is needed is named as it is once it is compiled.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) => {
  try {
    return resolveFilename(request, ...rest);
  } catch (error) {
    if (!/^\..*\.js$/.test(request)) throw error;
    return resolveFilename(request.replace(/\.js$/, '.ts'), ...rest);
  }
};
