package io.github.rewrite4j.edit;

/**
 * Which files a region written as text may name as masks. An edit may come from somebody else, and what it names is
 * opened: by default nothing but regular files beside it. Devices, pipes and folders are never opened.
 */
public enum MaskFiles {
    /** Files in the folder of the edit or below it, also after links were followed. */
    INSIDE_FOLDER,
    /** Any regular file: absolute names, names that climb by {@code ..}, links that lead elsewhere. */
    ANYWHERE
}
