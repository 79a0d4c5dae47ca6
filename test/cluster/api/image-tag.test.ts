import { expect, it } from "vitest";
import { tagOf } from "../../../src/cluster/api/image.ts";

it.each([
  ["registry.example.com:5000/mirror/openvswitch:2.12.4", "2.12.4"],
  ["registry.example.com:5000/mirror/openvswitch", "latest"],
  ["registry.example.com:5000/openvswitch:1@sha256:0123", "1"],
  ["openvswitch@sha256:0123", "sha256:0123"],
])("the tag of the image %s is %s", (image, tag) => {
  expect(tagOf(image)).toBe(tag);
});
