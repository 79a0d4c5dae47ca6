import { describe, expect, it } from "vitest";
import { imageNameOf, settingsOf } from "../../../hack/image/settings.ts";

const given = { REGISTRY: "registry.example.com:5000/team", VERSION: "v0.1.0" };

describe("the variables of make image", () => {
  it("name the image, and use docker and the base of the Dockerfile when nothing else is said", () => {
    expect(settingsOf(given)).toEqual({
      image: "registry.example.com:5000/team/onecloud-operator:v0.1.0",
      version: "v0.1.0",
      tool: "docker",
    });
  });

  it("choose podman and another base", () => {
    const chosen = settingsOf({ ...given, CONTAINER_TOOL: "podman", BASE: "registry.example.com/node:24" });
    expect(chosen).toMatchObject({ tool: "podman", base: "registry.example.com/node:24" });
  });

  it.each([
    [{}, "REGISTRY and VERSION are not set: say which image is meant, for example REGISTRY="],
    [{ REGISTRY: "", VERSION: "v1" }, "REGISTRY is not set: say which image is meant"],
    [
      { REGISTRY: "https://registry.example.com", VERSION: "v1" },
      "the name of an image has no scheme: leave out https://",
    ],
    [{ REGISTRY: "registry.example.com/", VERSION: "v1" }, "must be a host with a path"],
    [{ REGISTRY: "registry.example.com/Team", VERSION: "v1" }, "the path of an image is lower-case"],
    [{ ...given, VERSION: "v1:2" }, "VERSION is v1:2, but the tag of an image has letters"],
  ])("are refused with a sentence: %j", (env, sentence) => {
    expect(() => imageNameOf(env)).toThrow(sentence);
  });

  it("refuse another tool by name", () => {
    expect(() => settingsOf({ ...given, CONTAINER_TOOL: "buildah" })).toThrow(
      "CONTAINER_TOOL is buildah, but must be one of docker, podman",
    );
  });
});
