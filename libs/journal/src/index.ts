export { diskFolder } from './disk.js';
export { JournalError } from './error.js';
export type { JournalErrorCode } from './error.js';
export type { Folder, StoredFile } from './folder.js';
export { Journal } from './journal.js';
export type { JournalOptions } from './journal.js';
export { memoryFolder } from './memory.js';
export type { Entry } from './record.js';
export type { JournalReport } from './recover.js';
