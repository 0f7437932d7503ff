// Loaded into n8n's processes by NODE_OPTIONS: on SIGUSR2, the process collects its garbage and writes down what it uses.
const { renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const folder = process.env.MEMORY_PROBE;
if (folder) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  process.on('SIGUSR2', () => {
    // What ends in one collection may free more in the next.
    for (let round = 0; round < 3; round++) collect();
    const sockets = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const file = join(folder, `${process.pid}.json`);
    writeFileSync(`${file}.part`, JSON.stringify({ ...process.memoryUsage(), sockets }));
    renameSync(`${file}.part`, file);
  });
}
