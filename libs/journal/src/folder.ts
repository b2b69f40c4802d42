/** A folder of files, as far as a journal needs one. What was written or named is sure to be there after `sync` only. */
export interface Folder {
  list(): Promise<readonly string[]>;
  /** For reading and writing; made where there is none. */
  open(name: string): Promise<StoredFile>;
  remove(name: string): Promise<void>;
  /** Makes sure of the names. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface StoredFile {
  size(): Promise<number>;
  /** As many octets as there are from `position`, at most `length`. */
  read(position: number, length: number): Promise<Uint8Array>;
  write(position: number, bytes: Uint8Array): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Makes sure of the octets. */
  sync(): Promise<void>;
  close(): Promise<void>;
}
