import { describe, expect, it } from "vitest";
import { announce } from "../../src/cluster/announce.ts";
import type { ClusterStatus } from "../../src/cluster/api/status.ts";
import type { PassReport } from "../../src/cluster/status.ts";
import { statusOf } from "../../src/cluster/status.ts";
import type { Outcome } from "../../src/cluster/sync/outcome.ts";
import type { Recorder } from "../../src/kube/events.ts";
import { clusterObject, meantBy } from "../support/cluster-scope.ts";
import { failed, now, progressing, ready, report, result } from "../support/reports.ts";

const cluster = clusterObject({});

interface Pass {
  readonly found: Partial<PassReport>;
  readonly removed?: readonly Outcome[];
  readonly released?: readonly string[];
  readonly before?: Partial<ClusterStatus>;
}

/** The status after a pass, and the events that it tells. */
function pass({ found, removed = [], released = [], before = {} }: Pass): {
  readonly after: ClusterStatus;
  readonly events: string[];
} {
  const events: string[] = [];
  const after = statusOf(report(found), before, now);
  const recorder = {
    event: (...[regarding, type, reason, note]: Parameters<Recorder["event"]>): void => {
      expect(regarding).toBe(cluster);
      events.push(`${type} ${reason}: ${note}`);
    },
  };
  announce(recorder, cluster, { results: found.results ?? [], removed, released, before, after });
  return { after, events };
}

const outcome = (action: Outcome["action"], object: string): Outcome => ({ action, object });
const settled = { results: [result("keystone", ready)] };
const stopped = { reason: "InvalidSpec", message: "mysql.host is missing", invalid: true };

describe("the events of a pass", () => {
  it("tell what was made, changed and removed, one line for each act", () => {
    const results = [
      result("keystone", progressing, {
        outcomes: [outcome("created", "Secret a"), outcome("created", "Service a"), outcome("unchanged", "Service b")],
      }),
      result("region", progressing, { outcomes: [outcome("updated", "Deployment b"), outcome("created", "Secret b")] }),
    ];
    expect(pass({ found: { results }, removed: [outcome("deleted", "Deployment c")] }).events).toEqual([
      "Normal Created: keystone: Secret, Service; region: Secret",
      "Normal Updated: region: Deployment",
      "Normal Deleted: Deployment c",
    ]);
  });

  it("are none when nothing happened", () => {
    const before = pass({ found: settled }).after;
    const results = [result("keystone", ready, { outcomes: [outcome("unchanged", "Secret a")] })];
    expect(pass({ found: { results }, before }).events).toEqual([]);
  });

  it("are none for what waits", () => {
    const results = [result("region", progressing, { outcomes: [outcome("waiting", "Deployment b")] })];
    expect(pass({ found: { results } }).events).toEqual([]);
  });

  it("tell once that everything is ready", () => {
    const moving = pass({ found: { results: [result("keystone", progressing)] } });
    expect(moving.events).toEqual([]);
    const first = pass({ found: settled, before: moving.after });
    expect(first.events).toEqual(["Normal Ready: every component runs as it shall"]);
    expect(pass({ found: settled, before: first.after }).events).toEqual([]);
  });

  it("tell once that services are stopped, and that they run again", () => {
    const asleep = { cluster: meantBy({ stopServices: true }) };
    const first = pass({ found: asleep, before: pass({ found: settled }).after });
    expect(first.events).toEqual([expect.stringMatching(/^Normal Stopped: spec\.stopServices is true/)]);
    expect(pass({ found: asleep, before: first.after }).events).toEqual([]);
    expect(pass({ found: settled, before: first.after }).events).toEqual([
      "Normal Ready: every component runs as it shall",
    ]);
  });

  it("tell a failure when it begins or changes, not while it lasts", () => {
    const refused = { results: [result("keystone", failed)] };
    const first = pass({ found: refused, before: pass({ found: settled }).after });
    expect(first.events).toEqual(["Warning InvalidObject: keystone: refused"]);
    expect(pass({ found: refused, before: first.after }).events).toEqual([]);
    const other = { results: [result("keystone", { ...failed, message: "refused again" })] };
    expect(pass({ found: other, before: first.after }).events).toEqual([
      "Warning InvalidObject: keystone: refused again",
    ]);
  });

  it("tell a failure that comes back", () => {
    const refused = { results: [result("keystone", failed)] };
    const mended = pass({ found: settled, before: pass({ found: refused }).after });
    expect(mended.events).toEqual(["Normal Ready: every component runs as it shall"]);
    expect(pass({ found: refused, before: mended.after }).events).toHaveLength(1);
  });

  it("tell once what stopped a pass, and again when it is something else", () => {
    const first = pass({ found: { stopped }, before: pass({ found: settled }).after });
    expect(first.events).toEqual(["Warning InvalidSpec: mysql.host is missing"]);
    expect(pass({ found: { stopped }, before: first.after }).events).toEqual([]);
    const other = { ...stopped, message: "dameng.host is missing" };
    expect(pass({ found: { stopped: other }, before: first.after }).events).toHaveLength(1);
  });
});

describe("the events of a pass over a cluster that came from elsewhere", () => {
  it("name what was released, most frequent first, without a value", () => {
    const released = ["spec.region", "spec.keystone.image", "spec.region.image", "spec.web.Docs.tag"];
    expect(pass({ found: settled, released }).events).toContain(
      "Normal Released: these fields follow their defaults again: spec.*.image (2), spec.region, spec.*.Docs.tag",
    );
  });
});
