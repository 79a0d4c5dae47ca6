import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRecorder, type Recorder } from "../../src/kube/events.ts";
import type { KubeObject } from "../../src/kube/object.ts";
import { type EventSink, eventSink } from "./event-sink.ts";
import { type ManualClock, manualClock } from "./manual-clock.ts";
import { recordingLogger, type RecordingLogger } from "./recording-logger.ts";

const minute = 60_000;

interface Trial {
  readonly recorder: Recorder;
  readonly sink: EventSink;
  readonly clock: ManualClock;
  readonly log: RecordingLogger;
}

function trial(): Trial {
  const sink = eventSink();
  const clock = manualClock();
  const log = recordingLogger();
  const identity = { component: "example.com/controller", instance: "pod-1" };
  return {
    recorder: createRecorder({ client: sink.client, ...identity, logger: log.logger, clock }),
    sink,
    clock,
    log,
  };
}

function web(name = "web"): KubeObject {
  const metadata = { name, namespace: "ns", uid: `uid-${name}`, resourceVersion: "7", labels: { a: "b" } };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata };
}

describe("an event recorder", () => {
  it("writes every field that the API server asks for, beside the object", async () => {
    const { recorder, sink } = trial();
    recorder.event(web(), "Warning", "Broken", "It is broken.", "Apply");
    await recorder.flush();
    expect(sink.stored()).toEqual([
      {
        apiVersion: "events.k8s.io/v1",
        kind: "Event",
        metadata: { name: expect.stringMatching(/^web\.[0-9a-f]+$/), namespace: "ns" },
        eventTime: "2024-01-01T00:00:00.000000Z",
        reportingController: "example.com/controller",
        reportingInstance: "pod-1",
        type: "Warning",
        reason: "Broken",
        action: "Apply",
        note: "It is broken.",
        regarding: {
          apiVersion: "apps/v1",
          kind: "Deployment",
          namespace: "ns",
          name: "web",
          uid: "uid-web",
          resourceVersion: "7",
        },
      },
    ]);
  });

  it("writes events of objects without namespace into default, and always names an action", async () => {
    const { recorder, sink } = trial();
    recorder.event({ apiVersion: "v1", kind: "Node", metadata: { name: "n1" } }, "Normal", "Seen", "Seen.");
    await recorder.flush();
    expect(sink.stored()).toMatchObject([{ metadata: { namespace: "default" }, action: "Reconcile" }]);
  });

  it("gives an event a name that the API server takes, whatever the object is called", async () => {
    const { recorder, sink } = trial();
    const names = ["system:controller", "a".repeat(253), `${"b".repeat(219)}.c`, "UPPER"];
    for (const name of names) recorder.event(web(name), "Normal", "Seen", "Seen.");
    await recorder.flush();
    for (const { metadata } of sink.stored()) {
      expect(metadata.name.length).toBeLessThanOrEqual(253);
      expect(metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
    }
    expect(sink.stored()).toHaveLength(names.length);
  });

  it("cuts a note to 1024 bytes without cutting a character", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 900, maxLength: 1_200 }), async (note) => {
        const { recorder, sink } = trial();
        recorder.event(web(), "Normal", "Long", note);
        await recorder.flush();
        const written = String(sink.stored()[0]?.note);
        expect(Buffer.byteLength(written)).toBeLessThanOrEqual(1024);
        expect(note.startsWith(written.replace(/…$/, ""))).toBe(true);
        expect(written === note).toBe(Buffer.byteLength(note) <= 1024);
        expect(Buffer.byteLength(written)).toBeGreaterThan(Math.min(Buffer.byteLength(note), 1018) - 1);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what happens again", () => {
  it("becomes a series of one event, and its later times are counted and written in one go", async () => {
    const { recorder, sink, clock } = trial();
    const say = (): void => recorder.event(web(), "Warning", "Broken", "It is broken.");
    say();
    await clock.advance(1_000);
    say();
    await clock.advance(1_000);
    expect(sink.stored()).toMatchObject([{ series: { count: 2, lastObservedTime: "2024-01-01T00:00:01.000000Z" } }]);
    for (let n = 0; n < 98; n += 1) say();
    await clock.advance(minute);
    expect(sink.requests()).toBe(2);
    await clock.advance(4 * minute);
    expect(sink.stored()).toMatchObject([{ series: { count: 100, lastObservedTime: "2024-01-01T00:00:02.000000Z" } }]);
    expect(sink.requests()).toBe(3);
  });

  it("is one series even before the first event is written", async () => {
    const { recorder, sink, clock } = trial();
    const release = sink.hold();
    for (let n = 0; n < 5; n += 1) recorder.event(web(), "Warning", "Broken", "It is broken.");
    release();
    await clock.advance(0);
    expect(sink.stored()).toMatchObject([{ series: { count: 5 } }]);
    expect(sink.requests()).toBe(2);
  });

  it("is written with its last count when it is flushed", async () => {
    const { recorder, sink, clock } = trial();
    for (let n = 0; n < 7; n += 1) {
      recorder.event(web(), "Warning", "Broken", "It is broken.");
      await clock.advance(1_000);
    }
    await recorder.flush();
    expect(sink.stored()).toMatchObject([{ series: { count: 7 } }]);
  });

  it("is a new event after ten minutes of silence, and nothing is remembered for ever", async () => {
    const { recorder, sink, clock } = trial();
    recorder.event(web(), "Warning", "Broken", "It is broken.");
    await clock.advance(10 * minute + 1);
    recorder.event(web(), "Warning", "Broken", "It is broken.");
    await clock.advance(0);
    expect(sink.stored()).toHaveLength(2);
    expect(sink.stored().every((event) => event.series === undefined)).toBe(true);
    await clock.advance(60 * minute);
    expect(clock.timers()).toBe(0);
  });

  it("is made again with its count when the server has forgotten it", async () => {
    const { recorder, sink, clock } = trial();
    recorder.event(web(), "Warning", "Broken", "It is broken.");
    await clock.advance(minute);
    sink.expire();
    recorder.event(web(), "Warning", "Broken", "It is broken.");
    await clock.advance(minute);
    expect(sink.stored()).toMatchObject([{ series: { count: 2 } }]);
  });

  it.each([
    { what: "another object", regarding: web("other") },
    { what: "another object of that name", regarding: { ...web(), metadata: { ...web().metadata, uid: "new" } } },
    { what: "another type", type: "Normal" as const },
    { what: "another reason", reason: "Bent" },
    { what: "another note", note: "It is bent." },
  ])("is an event of its own when it has $what", async (said) => {
    const { recorder, sink } = trial();
    const { regarding = web(), type = "Warning", reason = "Broken", note = "It is broken." } = said;
    recorder.event(web(), "Warning", "Broken", "It is broken.");
    recorder.event(regarding, type, reason, note);
    await recorder.flush();
    expect(sink.stored()).toHaveLength(2);
  });
});

describe("a storm of events", () => {
  it("of one object is cut to 25 and one more every five minutes, and spares other objects", async () => {
    const { recorder, sink, clock } = trial();
    let said = 0;
    const storm = (): void => {
      for (let n = 0; n < 100; n += 1) recorder.event(web(), "Warning", "Broken", `It is broken in way ${said++}.`);
    };
    storm();
    recorder.event(web("calm"), "Normal", "Fine", "All is well.");
    await clock.advance(1_000);
    expect(sink.stored()).toHaveLength(26);
    await clock.advance(5 * minute);
    storm();
    await clock.advance(1_000);
    expect(sink.stored()).toHaveLength(27);
  });

  it("waits in a bounded queue while the server does not answer, and is not waited for", async () => {
    const { recorder, sink, clock } = trial();
    const release = sink.hold();
    for (let n = 0; n < 5_000; n += 1) recorder.event(web(`web-${n}`), "Warning", "Broken", "It is broken.");
    release();
    await clock.advance(0);
    await recorder.flush();
    expect(sink.stored().length).toBeGreaterThan(1_000);
    expect(sink.stored().length).toBeLessThan(5_000);
  });
});

describe("a recorder whose events cannot be written", () => {
  it.each([403, 404, 500])(
    "says so at debug only when the server answers %i, and tries anew with the next event",
    async (code) => {
      const { recorder, sink, log } = trial();
      sink.refuse(code);
      recorder.event(web(), "Warning", "Broken", "It is broken.");
      await recorder.flush();
      expect(sink.stored()).toEqual([]);
      expect(log.lines(30)).toEqual([]);
      expect(log.lines(20)).toMatchObject([{ msg: "event not written", reason: "Broken" }]);
      sink.refuse(undefined);
      recorder.event(web(), "Warning", "Broken", "It is broken.");
      await recorder.flush();
      expect(sink.stored()).toHaveLength(1);
    },
  );

  it("keeps the count of a series until it can be written", async () => {
    const { recorder, sink, clock } = trial();
    recorder.event(web(), "Warning", "Broken", "It is broken.");
    await clock.advance(1_000);
    sink.refuse(503);
    recorder.event(web(), "Warning", "Broken", "It is broken.");
    await clock.advance(1_000);
    sink.refuse(undefined);
    await clock.advance(5 * minute);
    expect(sink.stored()).toMatchObject([{ series: { count: 2 } }]);
  });

  it("ends its flush after the time allowed, and leaves no timer when it is stopped", async () => {
    const { recorder, sink, clock } = trial();
    sink.hold();
    recorder.event(web(), "Normal", "Fine", "All is well.");
    let flushed = false;
    const flushing = recorder.flush(2_000).then(() => (flushed = true));
    await clock.advance(1_999);
    expect(flushed).toBe(false);
    await clock.advance(1);
    await flushing;
    recorder.stop();
    recorder.event(web("late"), "Normal", "Fine", "All is well.");
    expect(clock.timers()).toBe(0);
    expect(sink.requests()).toBe(1);
  });
});
