/** This app's folder: the sources and the bundle both lie one folder below it. */
export const appFolder = new URL('..', import.meta.url);

/** The checkout that holds it. */
export const projectFolder = new URL('../../', appFolder);
