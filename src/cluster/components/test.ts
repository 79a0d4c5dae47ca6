import { defaulted, flag, ignoringFields, struct, text } from "../api/field.ts";
import { containerFields, unlimitedPods } from "../api/shapes.ts";
import { cronJob } from "../objects/cron-job.ts";
import { defineComponent } from "./component.ts";

/** A CronJob that greets: the smallest complete component, run only where the spec asks for it. */
export const test = defineComponent({
  type: "test",
  specKey: "cronjobTest",
  spec: struct("A CronJob that greets; the example of a component.", {
    ...ignoringFields(containerFields({ name: "test" }), unlimitedPods),
    disable: defaulted(flag("Do not run it."), true),
    schedule: defaulted(text("When it runs, in the format of cron."), "*/1 * * * *"),
  }),
  after: [],

  getFile: () => ({
    name: "test.conf",
    volume: "config",
    directory: "/etc/yunion",
    text: "greeting: hello world\n",
    holdsCredential: false,
  }),
  getCronJob: (s) => cronJob(s, s.spec.schedule, { containers: [{ command: ["echo", "hello world"] }] }),
});
