import type { Rule } from 'eslint';

export declare const rules: Readonly<Record<string, Rule.RuleModule>>;
