#!/usr/bin/env node
// npx finds the commands of workspaces, but not those of the project it is called in.
import "../../bin/cloud-entities.mjs";
