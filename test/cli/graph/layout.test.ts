import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blocksOf } from "../../../src/cli/graph/blocks.ts";
import type { Layout, PlacedBlock, Point } from "../../../src/cli/graph/layout.ts";
import { layoutOf } from "../../../src/cli/graph/layout.ts";
import { spread } from "../../../src/cli/graph/spread.ts";
import { components } from "../../../src/cluster/components/index.ts";
import type { Graph, GraphNode } from "../../../src/cluster/graph.ts";
import { catalogueGraph } from "../../../src/cluster/graph.ts";

/** Graphs without circles: each node waits for some of those before it. */
const graphs: fc.Arbitrary<Graph> = fc
  .array(fc.array(fc.nat(1_000), { maxLength: 3 }), { minLength: 1, maxLength: 14 })
  .map((lists) => {
    const nodes = lists.map((list, index): GraphNode => {
      const before = index === 0 ? [] : [...new Set(list.map((one) => `n${one % index}`))];
      return { type: `n${index}`, after: before.slice(0, 2), gatedBy: before.slice(2) };
    });
    return { title: "any", nodes, resting: [] };
  });

function laidOut(graph: Graph): Layout {
  const { blocks, links } = blocksOf(graph);
  return layoutOf(blocks, links, ({ nodes }) => ({ width: 40 + nodes.length * 30, height: 20 + nodes.length * 9 }));
}

function overlap(a: PlacedBlock, b: PlacedBlock): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** Points of an arrow close to each other, the bends as they are drawn. */
function pointsAlong(points: readonly Point[]): readonly Point[] {
  return points.slice(1).flatMap((to, index) => {
    const from = points[index] ?? to;
    return Array.from({ length: 21 }, (_, step) => {
      const t = step / 20;
      const bent = 3 * t ** 2 - 2 * t ** 3;
      const x = from.x + (to.x - from.x) * (0.5 * (3 * t - 3 * t ** 2) + t ** 3);
      return index % 2 === 0
        ? { x: from.x + (to.x - from.x) * t, y: from.y }
        : { x: Math.min(Math.max(x, from.x), to.x), y: from.y + (to.y - from.y) * bent };
    });
  });
}

function isInside({ x, y }: Point, box: PlacedBlock): boolean {
  return x > box.x + 0.01 && x < box.x + box.width - 0.01 && y > box.y && y < box.y + box.height;
}

/** Boxes that overlap or stand outside, and points of arrows that lie in a box. */
function blemishes({ blocks, links, width, height }: Layout): readonly unknown[] {
  const overlapping = blocks.flatMap((one, index) => blocks.slice(index + 1).filter((other) => overlap(one, other)));
  const outside = blocks.filter(
    ({ x, y, ...size }) => x < 0 || y < -0.01 || x + size.width > width || y + size.height > height + 0.01,
  );
  const points = links.flatMap((link) => pointsAlong(link.points));
  return [...overlapping, ...outside, ...points.filter((point) => blocks.some((block) => isInside(point, block)))];
}

describe("the drawing of a graph", () => {
  it("overlaps no boxes and leads no arrow through one, for the whole catalogue", () => {
    const layout = laidOut(catalogueGraph(components));
    expect(layout.links.length).toBeGreaterThan(10);
    expect(blemishes(layout)).toEqual([]);
  });

  it("overlaps no boxes and leads no arrow through one, for any graph", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(blemishes(laidOut(graph))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("draws every node once, right of everything that it waits for", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const { blocks, links } = laidOut(graph);
        const drawn = blocks.flatMap(({ block }) => block.nodes.map(({ type }) => type));
        expect(drawn.toSorted()).toEqual(graph.nodes.map(({ type }) => type).toSorted());
        for (const { points } of links) {
          const xs = points.map(({ x }) => x);
          expect(xs).toEqual(xs.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe("things that want to stand at a height", () => {
  it("stand there when there is room", () => {
    const apart = [10, 50, 90].map((wish) => ({ wish, size: 20 }));
    expect(spread(apart)).toEqual([10, 50, 90]);
  });

  it("give way to each other by the same when there is none", () => {
    const crowded = [50, 50].map((wish) => ({ wish, size: 20 }));
    expect(spread(crowded)).toEqual([40, 60]);
  });

  it("never overlap and keep their order", () => {
    const wishes = fc.array(
      fc.record({ wish: fc.integer({ min: -200, max: 200 }), size: fc.integer({ min: 1, max: 60 }) }),
    );
    fc.assert(
      fc.property(wishes, (list) => {
        const places = spread(list);
        for (const [index, one] of list.entries()) {
          const next = list[index + 1];
          if (next === undefined) continue;
          const distance = (places[index + 1] ?? 0) - (places[index] ?? 0);
          expect(distance).toBeGreaterThanOrEqual((one.size + next.size) / 2 - 1e-6);
        }
      }),
    );
  });
});
