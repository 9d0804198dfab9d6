/** How much of the index a function keeps on its disk, beside Lambda's first 512 MB: its temporary storage is sized for it. */
export const INDEX_CACHE_MEGABYTES = 2_048;
