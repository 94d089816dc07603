import { ask } from './api';

// Site is one customer of the mock, as the control API has it.
export interface Site {
  key: string;
  name: string;
  dialect: string;
  secrets: { id?: string; value: string }[];
  attempts: number;
  lifetime: string;
  pass_lifetime: string;
  reusable: boolean;
  hosts: string[];
  disabled: boolean;
  settings: Record<string, string>;
  ready: boolean;
  magic?: string | boolean; // what a magic Site does
}

export const readSites = async (): Promise<Site[]> => (await ask<{ sites: Site[] }>('GET', '/sites')).sites;
