// The worker for sharp; bench/src/ours.rs says what it is asked and what it answers.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

// sharp is installed where the worker is started, not beside this file.
const sharp = createRequire(join(process.cwd(), "worker.js"))("sharp");

sharp.concurrency(1);
sharp.cache(false);

let source;
let thumbnail;

function render() {
  return sharp(source)
    .autoOrient()
    .resize(200, 200, { fit: "cover" })
    .flatten({ background: "#ffffff" })
    .jpeg({ quality: 80 })
    .toBuffer();
}

async function run(times) {
  const took = [];
  for (let time = 0; time < times; time += 1) {
    const before = process.cpuUsage();
    thumbnail = await render();
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) * 1000);
  }
  return took.join(" ");
}

async function obey(line) {
  const space = line.indexOf(" ");
  const argument = line.slice(space + 1);
  switch (line.slice(0, space)) {
    case "load":
      source = await readFile(argument);
      return "";
    case "run":
      return run(Number(argument));
    case "save":
      await writeFile(argument, thumbnail);
      return "";
    default:
      throw new Error("not understood");
  }
}

console.log(`ready sharp ${sharp.versions.sharp}, libvips ${sharp.versions.vips}, Node ${process.versions.node}`);
for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(`ok ${await obey(line)}`);
  } catch (error) {
    console.log(`error ${error.message.replaceAll("\n", " ")}`);
  }
}
