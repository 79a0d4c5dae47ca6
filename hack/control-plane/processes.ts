import { setTimeout as delay } from "node:timers/promises";
import type { Binaries } from "./build.ts";
import { argumentsOf, type ComponentName, type Settings } from "./components.ts";
import type { Component, Supervisor } from "./supervise.ts";

/** The components of one control plane, started and stopped by name. */
export interface Processes {
  /** Starts a component and resolves when it is healthy; rejects with the end of its log when it ends before that. */
  start(this: void, name: ComponentName): Promise<void>;
  /** Ends a component by the signal, or by SIGKILL when that takes longer than two seconds, and resolves when it has ended. */
  stop(this: void, name: ComponentName, signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Process ids of the components that run. */
  pids(): readonly number[];
}

/** What the components need. */
export interface ProcessesInput {
  readonly supervisor: Supervisor;
  readonly binaries: Binaries;
  readonly settings: Settings;
  /** Resolves with whether the component says that it does its work; rejects when it does not answer. */
  readonly isHealthy: (name: ComponentName) => Promise<boolean>;
  /** Called with one line when a component ends that nobody stopped. */
  readonly unexpected: (line: string) => void;
}

const startSeconds = 90;
/** The API server would wait a minute for the watches of its clients, and none of them goes by itself. */
const graceMilliseconds = 2_000;

/** Prepares the components; nothing is started yet. */
export function componentProcesses(input: ProcessesInput): Processes {
  const running = new Map<ComponentName, Component>();
  const lost = (name: ComponentName, how: string): void => {
    running.delete(name);
    input.unexpected(`${name} of the control plane ended: ${how}`);
  };
  return {
    start: async (name) => {
      if (running.has(name)) throw new Error(`${name} runs already`);
      const component = await input.supervisor.start(name, input.binaries[name], argumentsOf(name, input.settings));
      await healthy(input, name, component);
      running.set(name, component);
      void component.ended.then((how) => running.get(name) === component && lost(name, how));
    },
    stop: async (name, signal = "SIGTERM") => {
      const component = running.get(name);
      if (component === undefined) return;
      running.delete(name);
      component.signal(signal);
      const patience = setTimeout(() => component.signal("SIGKILL"), graceMilliseconds);
      await component.ended;
      clearTimeout(patience);
    },
    pids: () => [...running.values()].map(({ pid }) => pid),
  };
}

async function healthy(
  { supervisor, isHealthy }: ProcessesInput,
  name: ComponentName,
  component: Component,
): Promise<void> {
  const deadline = Date.now() + startSeconds * 1_000;
  while (!(await isHealthy(name).catch(() => false))) {
    const ended = await Promise.race([component.ended, delay(50)]);
    if (ended !== undefined)
      throw new Error(`${name} ended while it started: ${ended}\n${await supervisor.tail(name)}`);
    if (Date.now() > deadline) {
      throw new Error(`${name} is not healthy after ${startSeconds} seconds\n${await supervisor.tail(name)}`);
    }
  }
}
