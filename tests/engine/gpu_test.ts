import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import ort from "onnxruntime-node";
import { openEngine } from "../../lib/engine/select.ts";
import type { EngineReport } from "../../lib/engine/mod.ts";
import type { Report } from "../support/gpu/check.ts";
import type { Traffic } from "../support/gpu/traffic.ts";

const root = new URL("../../", import.meta.url);

async function deno(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stdout, stderr } = await command.output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

const lastLine = (text: string) => text.trim().split("\n").at(-1)!;

/** The first of these files that is there. */
function found(paths: readonly string[]): string | undefined {
  return paths.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

// Software devices: slow, but they run the same shaders as a GPU. ONNX Runtime refuses Debian 12's lavapipe.
const home = Deno.env.get("HOME") ?? "";
const cache = Deno.env.get("IADNET_SWIFTSHADER") ??
  `${Deno.env.get("XDG_CACHE_HOME") ?? `${home}/.cache`}/iadnet/swiftshader`;
const DEVICES = [
  {
    engine: "webgpu",
    device: "llvmpipe",
    driver: found(["x86_64", "aarch64"].map((arch) => `/usr/share/vulkan/icd.d/lvp_icd.${arch}.json`)),
  },
  {
    engine: "onnx-webgpu",
    device: "SwiftShader",
    driver: found([cache, "/usr/lib/chromium"].map((folder) => `${folder}/vk_swiftshader_icd.json`)),
  },
].map((own) => ({
  ...own,
  absent: own.driver
    ? ""
    : ` (skipped: no ${own.device} here; tests/support/install.sh installs it on Debian)`,
}));

/** What a program of `tests/support/gpu` reports of an engine on a device. */
async function onDevice<Report>(program: string, engine: string, driver: string): Promise<Report> {
  const scratch = await Deno.makeTempDir(); // Mesa complains without one
  try {
    const { code, out, err } = await deno(["run", "-A", program, engine], {
      VK_ICD_FILENAMES: driver,
      XDG_RUNTIME_DIR: scratch,
    });
    assertEquals(code, 0, err);
    return JSON.parse(lastLine(out));
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

for (const { engine, device, driver, absent } of DEVICES) {
  Deno.test({
    name: `${engine} on ${device} equals onnx-cpu in every kernel, gradient and training step${absent}`,
    ignore: driver === undefined,
    fn: async () => {
      const report = await onDevice<Report>("tests/support/gpu/check.ts", engine, driver!);
      assertStringIncludes(report.device, device);
      assert(Object.keys(report.differences).length > 40);
      for (const [what, { value, tensor }] of Object.entries(report.differences)) {
        assert(value <= 1e-3, `${what}, ${tensor}: relative difference ${value}`);
      }
    },
  });
}

for (const { engine, device, driver, absent } of DEVICES) {
  Deno.test({
    name: `${engine} on ${device} keeps parameters on the device, and its memory is level${absent}`,
    ignore: driver === undefined,
    fn: async () => {
      const { held, given, returned, moved, seen, growth, difference } = await onDevice<Traffic>(
        "tests/support/gpu/traffic.ts",
        engine,
        driver!,
      );
      assertEquals(moved, given + returned, "bytes that the engine says to have moved in a step");
      assertEquals(seen ?? moved, moved, "bytes that ONNX Runtime took and gave");
      assert(moved < held / 100);
      assert(growth < 30, `${growth} MB in 400 steps, each of which makes ${held / 1e6} MB anew`);
      assert(difference < 1e-3, `difference from onnx-cpu: ${difference}`);
    },
  });
}

// The same on a machine with GPUs: no device is visible to the process.
const NO_DEVICE = { CUDA_VISIBLE_DEVICES: "-1", VK_ICD_FILENAMES: "/none", DENO_WEBGPU_BACKEND: "vulkan" };
const ABSENT: Readonly<Record<string, string>> = {
  "onnx-cuda": "ONNXRUNTIME_NODE_INSTALL=cuda12 deno install --allow-scripts=npm:onnxruntime-node",
  "onnx-webgpu": "driver of your GPU",
  "tensorflow-gpu": "deno install --allow-scripts=npm:@tensorflow/tfjs-node-gpu",
  "webgpu": "driver of your GPU",
};
for (const [engine, install] of Object.entries(ABSENT)) {
  Deno.test({
    name: `train --engine ${engine} without its device says what to install and exits with 2`,
    ignore: Deno.build.os !== "linux" && engine.endsWith("webgpu"), // only there can a device be hidden
    fn: async () => {
      const out = await Deno.makeTempDir();
      try {
        const { code, err } = await deno(
          // deno-fmt-ignore
          ["task", "-q", "train", "--data", "0", "--format", "synthetic", "--split", "fold:1", "--out", `${out}/run`,
            "--engine", engine],
          NO_DEVICE,
        );
        assertEquals(code, 2, err);
        assertStringIncludes(err, `EngineError: Cannot`);
        assertStringIncludes(err, engine);
        assertStringIncludes(lastLine(err), install);
        assertEquals([...Deno.readDirSync(out)], []);
      } finally {
        await Deno.remove(out, { recursive: true });
      }
    },
  });
}

/** Run `use` while ONNX Runtime's CUDA provider is what `cuda` makes of the CPU's session. */
async function withCuda(
  cuda: (session: ort.InferenceSession) => ort.InferenceSession,
  use: () => Promise<void>,
): Promise<void> {
  const { create } = ort.InferenceSession;
  const replaced = async (model: Uint8Array, options: ort.InferenceSession.SessionOptions) => {
    if (options.executionProviders?.[0] !== "cuda") {
      return await create.call(ort.InferenceSession, model, options);
    }
    const session = await create.call(ort.InferenceSession, model, {
      ...options,
      executionProviders: ["cpu"],
    });
    return cuda(session);
  };
  ort.InferenceSession.create = replaced as typeof create;
  try {
    await use();
  } finally {
    ort.InferenceSession.create = create;
  }
}

Deno.test("auto is onnx-cuda where the CUDA provider computes a training step", async () => {
  await withCuda((session) => session, async () => {
    assertEquals((await openEngine("auto", 1)).name, "onnx-cuda");
  });
});

Deno.test("auto is onnx-cpu where the CUDA provider is absent, does not start or computes nothing", async () => {
  if (!(await openEngine("onnx-cuda", 1).catch(() => undefined))) {
    assertEquals((await openEngine("auto", 1)).name, "onnx-cpu");
  }
  const broken: Record<string, (session: ort.InferenceSession) => ort.InferenceSession> = {
    "does not start": () => {
      throw new Error("no CUDA-capable device is detected");
    },
    "fails": (session) => Object.assign(session, { run: () => Promise.reject(new Error("out of memory")) }),
    "computes nothing": (session) => Object.assign(session, { run: () => Promise.resolve({}) }),
  };
  for (const [how, cuda] of Object.entries(broken)) {
    await withCuda(cuda, async () => assertEquals((await openEngine("auto", 1)).name, "onnx-cpu", how));
  }
});

for (const gpu of ["1", "0"]) {
  Deno.test(`tensorflow-gpu is ${gpu === "1" ? "used where its package finds a GPU" : "refused where it finds none"}`, async () => {
    const own: Record<string, string> =
      JSON.parse(await Deno.readTextFile(new URL("deno.json", root))).imports;
    const folder = await Deno.makeTempDir();
    try {
      const npm = Object.entries(own).filter(([, target]) => target.startsWith("npm:"));
      const imports = {
        ...Object.fromEntries(npm),
        ...Object.fromEntries(
          npm.map(([name, target]) => [`${name}/`, `${target.replace("npm:", "npm:/")}/`]),
        ),
        "@tensorflow/tfjs-node-gpu": new URL("tests/support/gpu/tensorflow_stub.ts", root).href,
      };
      await Deno.writeTextFile(`${folder}/imports.json`, JSON.stringify({ imports }));
      const script = `import { doctor } from "./lib/engine/select.ts";
        console.log(JSON.stringify(await doctor(["tensorflow-gpu"])));`;
      const { code, out, err } = await deno(["eval", "--import-map", `${folder}/imports.json`, script], {
        STUB_GPU: gpu,
      });
      assertEquals(code, 0, err);
      const [{ usable, reason, install }]: EngineReport[] = JSON.parse(lastLine(out));
      assertEquals(
        [usable, reason],
        gpu === "1" ? [true, ""] : [
          false,
          "Cannot use engine tensorflow-gpu: TensorFlow finds no GPU",
        ],
      );
      assertEquals(install.includes("CUDA 11.2"), gpu === "0");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
