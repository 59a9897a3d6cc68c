; places
; Each instruction knows where it came from, through the calls that were inlined.

define i32 @outer(i32 %x) !dbg !5 {
  %a = add i32 %x, 1, !dbg !9
  %b = mul i32 %a, 2, !dbg !10
  %c = sub i32 %b, 3
  ret i32 %c, !dbg !11
}

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3}

!0 = distinct !DICompileUnit(language: DW_LANG_Rust, file: !1, emissionKind: FullDebug)
!1 = !DIFile(filename: "src/lib.rs", directory: "/somewhere")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !{i32 7, !"Dwarf Version", i32 4}
!4 = !DISubroutineType(types: !{})
!5 = distinct !DISubprogram(name: "outer", linkageName: "_ZN5hello5outer17h0123456789abcdefE", scope: !1, file: !1, line: 3, type: !4, unit: !0, spFlags: DISPFlagDefinition)
!6 = distinct !DISubprogram(name: "inner", scope: !7, file: !7, line: 30, type: !4, unit: !0, spFlags: DISPFlagDefinition)
!7 = !DIFile(filename: "src/inner.rs", directory: "/somewhere")
!8 = distinct !DILexicalBlock(scope: !5, file: !1, line: 4, column: 1)
!9 = !DILocation(line: 4, column: 9, scope: !8)
!10 = !DILocation(line: 31, column: 5, scope: !6, inlinedAt: !11)
!11 = !DILocation(line: 5, column: 2, scope: !5)
