// The registries that the tests open. `cargo xtask test` has them written and says where they are.
import { join } from 'node:path';

/** Every kind of object that Feast's API can make, written by Feast's file registry. */
export const FEAST = 'feast.db';
/** What is hard to show, written with Feast's messages: long names, other scripts, an empty project, damaged bytes. */
export const ODD = 'odd.db';
/** 100,000 objects of all kinds in four projects. */
export const OBJECTS = 'objects.pb';
/** A project whose lineage has 5,000 nodes. */
export const VIEWS = 'views.pb';

export const FOLDER = given('FEAST_REGISTRY_TEST_SNAPSHOTS');

export const fileOf = (name: string): string => join(FOLDER, name);

/** A variable that `cargo xtask test` sets. */
export function given(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set: these tests are run by \`cargo xtask viewer\``);
  return value;
}
